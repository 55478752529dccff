/** How this program is called from where it was started: commands that are shown must run as they stand. */
export const program: string =
  process.env["npm_package_name"] === "zoetrope-monorepo" ? "./zoe zoetrope" : "zoetrope"
