// Runs the whole suite on each Node that is supported: the oldest, the long-term one, the newest.
//
//   ./zoe test:nodes            all of them
//   ./zoe test:nodes 22.19.0    only this one
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"

const versions = process.argv.length > 2 ? process.argv.slice(2) : ["22.19.0", "24.21.0", "26.10.0"]
const root = new URL("..", import.meta.url)
const pnpm = JSON.parse(readFileSync(new URL("package.json", root), "utf8")).packageManager

// What npx and pnpm set for their children would make the next npx look in the wrong place.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_config_|pnpm_)/i.test(name)),
)

const failed = versions.filter((version) => {
  console.log(`\n── Node ${version} ──`)
  const { status } = spawnSync(
    "npx",
    `--yes --prefer-offline --package=node@${version} --package=${pnpm} -- env -u npm_config_package -u npm_config_yes pnpm test`.split(
      " ",
    ),
    { cwd: root, env, stdio: "inherit" },
  )
  return status !== 0
})

console.log(
  failed.length === 0 ? `\nall well on ${versions.join(", ")}` : `\nfailed on ${failed.join(", ")}`,
)
process.exitCode = failed.length === 0 ? 0 : 1
