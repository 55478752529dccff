/**
 * `zoetrope demo`: everything at once, for real, on this machine. Signed requests go over HTTP to the
 * simulator, faults are survived on the way, videos made from a picture are kept, and the simulator's
 * own ledger says whether anything was lost or paid twice.
 */
import * as Files from "@zoetrope/node/Files"
import type { Simulator } from "@zoetrope/simulator"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { access, readFile } from "node:fs/promises"
import { basename, relative, resolve } from "node:path"
import { BadInput } from "../BadInput.ts"
import { closing, type Line } from "../demo/closing.ts"
import type { Media } from "../demo/inputFor.ts"
import { type Job, perform, prepare } from "../demo/Job.ts"
import { type Kept, prove } from "../demo/Proof.ts"
import { type Row, survivedText } from "../demo/Row.ts"
import { ExitCode } from "../ExitCode.ts"
import { common } from "../Flags.ts"
import { withHttp } from "../Network.ts"
import { json, marked, note, styleOf } from "../Output.ts"
import { program } from "../program.ts"
import { settle } from "../Settle.ts"
import { target } from "../Target.ts"
import { isSimulated, type SimulatedVendor, type Vendor } from "../Vendor.ts"
import { warningText } from "../Watch.ts"

/** Simulated seconds per real second: tasks of one to two minutes take some seconds. */
const speed = 20

export const demo = (vendors: ReadonlyArray<Vendor>) =>
  Command.make(
    "demo",
    {
      image: Flag.String("image").pipe(
        Flag.withMetavar("FILE"),
        Flag.withDescription("Your own picture, JPEG or PNG. Default: one of the project's"),
        Flag.optional,
      ),
      out: Flag.String("out").pipe(
        Flag.withAlias("o"),
        Flag.withMetavar("DIR"),
        Flag.withDescription(
          "Where the videos are kept. Default: ./zoetrope-demo, or a numbered one beside it",
        ),
        Flag.optional,
      ),
      json: common.json,
    },
    (options) =>
      settle(options.json, () =>
        withHttp(
          play(
            vendors.filter(isSimulated),
            Option.getOrUndefined(options.image),
            Option.getOrUndefined(options.out),
            options.json,
          ),
        ).pipe(Effect.scoped),
      ),
  ).pipe(
    Command.withDescription(
      "See everything work in some seconds, without an account: every model at once, signed requests over real HTTP to the simulator on this machine, faults on purpose, playable MP4 files from a picture, and the simulator's ledger as a proof.",
    ),
    Command.withShortDescription("See everything work, without an account"),
    Command.withExamples([
      { command: "zoetrope demo" },
      { command: "zoetrope demo --image me.jpg --out clips", description: "with your own picture" },
    ]),
  )

const play = Effect.fnUntraced(function* (
  vendors: ReadonlyArray<SimulatedVendor>,
  image: string | undefined,
  out: string | undefined,
  asJson: boolean,
) {
  const began = Date.now()
  const picture = image === undefined ? undefined : yield* readPicture(image)
  const directory = out === undefined ? yield* freshDirectory : resolve(out)
  const simulator = yield* startSimulator(vendors)
  const media = mediaOf(simulator, image, picture ?? (yield* samplePicture(simulator)))
  const jobs = yield* Effect.forEach(
    vendors.flatMap((vendor) => vendor.models.map((model) => ({ vendor, model }))),
    ({ model, vendor }) => prepare(vendor, model, simulator, speed, media),
  ).pipe(
    Effect.mapError((error) =>
      image !== undefined && error._tag === "TaskError"
        ? new BadInput({ message: `--${error.reason.message}` })
        : error,
    ),
  )
  yield* target(`${directory}/`)
  const style = styleOf(process.stderr)
  note(
    marked(
      "▶",
      `${jobs.length} models at once, over HTTP to ${simulator.url}, ${speed} times as fast as life. Nothing is paid: the providers are a simulator, told to make some trouble.`,
      style.columns,
    ),
  )
  for (const { prepared, row } of jobs) {
    for (const text of prepared.warnings) note(warningText(`${row.name}: ${text}`, style))
  }
  yield* perform(jobs, directory)
  const ledger = simulator.ledger()
  const kept = yield* Effect.forEach(jobs, keptOf)
  const claims = prove(ledger, kept)
  const lines = jobs.map(({ row }, index) => lineOf(row, kept[index]!, ledger))
  const ok = claims.every((claim) => claim.holds)
  const seconds = (Date.now() - began) / 1000
  const mark = ok ? style.paint("green", "✓") : style.paint("red", "✗")
  note(marked(mark, `all over in ${seconds.toFixed(1)} s`, style.columns))
  note("")
  return {
    exitCode: ok ? ExitCode.done : ExitCode.other,
    text: asJson
      ? json({ ok, seconds, directory, videos: lines, claims, ledger: ledger.totals })
      : closing(lines, claims, next(lines), styleOf(process.stdout)),
  }
})

const next = (lines: ReadonlyArray<Line>): ReadonlyArray<string> => [
  ...lines
    .flatMap((line) => (line.path === undefined ? [] : [`${opener} ${line.path}`]))
    .slice(0, 1),
  `${program} demo --image YOUR-PICTURE.jpg`,
  `${program} simulate --fault submit:lost-answer`,
]

const opener = { darwin: "open", win32: "start" }[process.platform as string] ?? "xdg-open"

const keptOf = Effect.fnUntraced(function* ({ row }: Job) {
  const tasks = row.tasks.map((ref) => ref.taskId)
  if (row.end === undefined || "failed" in row.end) {
    const missing: Kept = { name: row.name, tasks }
    return missing
  }
  const { path, sha256 } = row.end.followed.saved
  const { mediaFacts } = yield* Effect.promise(() => import("@zoetrope/simulator"))
  const facts = yield* Effect.promise(async () => mediaFacts(await readFile(path)))
  const kept: Kept = {
    name: row.name,
    tasks,
    sha256,
    ...(facts === undefined ? {} : { seconds: facts.seconds }),
  }
  return kept
})

const lineOf = (row: Row, kept: Kept, ledger: ReturnType<Simulator["ledger"]>): Line => {
  const saved = row.end !== undefined && "followed" in row.end ? row.end.followed.saved : undefined
  const mine = ledger.tasks.filter((task) => kept.tasks.includes(task.id))
  return {
    model: row.name,
    task: kept.tasks.at(-1) ?? "–",
    polls: row.polls,
    made: kept.tasks.length,
    paid: mine.filter((task) => task.billedSeconds > 0).length,
    seconds: kept.seconds === undefined ? undefined : Math.round(kept.seconds * 100) / 100,
    bytes: saved?.bytes,
    sha256: saved?.sha256,
    survived: survivedText(row),
    path: saved === undefined ? undefined : relative(process.cwd(), saved.path),
    failed: row.end !== undefined && "failed" in row.end ? row.end.failed : undefined,
  }
}

const startSimulator = Effect.fnUntraced(function* (vendors: ReadonlyArray<SimulatedVendor>) {
  const { makeSimulator } = yield* Effect.promise(() => import("@zoetrope/simulator"))
  const dialects = yield* Effect.promise(() =>
    Promise.all(vendors.map(({ simulation }) => simulation.dialect())),
  )
  return yield* Effect.acquireRelease(
    Effect.promise(() =>
      makeSimulator({
        dialects,
        speed,
        faults: vendors.flatMap(({ simulation }) => simulation.demo.faults),
      }),
    ),
    (running) => Effect.promise(() => running.close()),
  )
})

/** As `/inputs/…` serves it; the models that take only addresses get this one. */
const mediaOf = (simulator: Simulator, image: string | undefined, picture: Uint8Array): Media => {
  const url = (name: string) =>
    simulator.inputs.list().find((input) => input.name === name)?.url ?? ""
  return {
    picture,
    urls: {
      image:
        image === undefined
          ? url("sample.jpg")
          : simulator.inputs.add(
              basename(image),
              picture,
              picture[0] === 0x89 ? "image/png" : "image/jpeg",
            ),
      video: url("sample.mp4"),
      audio: url("sample.wav"),
    },
  }
}

const samplePicture = (simulator: Simulator) =>
  Effect.promise(async () => {
    const answer = await fetch(
      simulator.inputs.list().find((input) => input.name === "sample.jpg")!.url,
    )
    return new Uint8Array(await answer.arrayBuffer())
  })

const readPicture = (path: string) =>
  Files.readMedia(path, { maxBytes: 20_000_000 }).pipe(
    Effect.mapError((problem) => new BadInput({ message: `--image: ${problem.message}` })),
  )

const freshDirectory = Effect.promise(async () => {
  for (let number = 1; ; number += 1) {
    const path = resolve(number === 1 ? "zoetrope-demo" : `zoetrope-demo-${number}`)
    try {
      // oxlint-disable-next-line no-await-in-loop -- the first name that is free
      await access(path)
    } catch {
      return path
    }
  }
})
