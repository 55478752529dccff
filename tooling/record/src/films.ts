/** The recordings of this repository: what is played, in which language, and where it goes. */
export interface Film {
  readonly path: string
  readonly title: string
  readonly command: string
  readonly environment: Readonly<Record<string, string>>
}

export const films: ReadonlyArray<Film> = [
  {
    path: "docs/demo.svg",
    title: "A recording of ./zoe demo in a terminal",
    command: "./zoe demo",
    environment: { ZOETROPE_LANG: "en" },
  },
  {
    path: "docs/demo.zh-CN.svg",
    title: "终端中 ./zoe demo 的录像",
    command: "./zoe demo",
    environment: { ZOETROPE_LANG: "zh" },
  },
]
