/**
 * Writes `fixtures/NNNN.db`: a data file as the program of that schema version leaves it, with something
 * in every column of every table. Run it once, before a new migration is released, and commit the file;
 * never again, since it stands for files that people have.
 *
 * node packages/engine/test/support/makeFixture.ts 0002
 */
import { Effect } from "effect"
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as migrations from "../../src/drivers/migrations.ts"
import * as Sqlite from "../../src/drivers/Sqlite.ts"

const [version = ""] = process.argv.slice(2)
const filename = join(import.meta.dirname, "../fixtures", `${version}.db`)
const known = Object.fromEntries(
  Object.entries(migrations.all).filter(([name]) => name.slice(0, 4) <= version),
)
if (!Object.keys(known).some((name) => name.startsWith(`${version}_`))) {
  throw new Error(`there is no migration ${version}`)
}
if (existsSync(filename)) throw new Error(`${filename} exists, and people have such files`)

/** As the engine writes them; times in milliseconds since 1970. */
const ref = (taskId: string) =>
  JSON.stringify({
    version: 1,
    provider: "volc-cv",
    account: "default",
    key: "aaaaaaaaaaaa",
    model: "volc-cv/jimeng-video-3.0-pro",
    taskId,
    submittedAt: "2026-05-28T20:26:40.100Z",
    query: { req_key: "jimeng_ti2v_v30_pro" },
  })

const outputs = JSON.stringify([
  {
    kind: "video",
    url: "https://example.test/v.mp4?sig=1",
    expiresAt: "2026-05-28T21:26:40.000Z",
    bytes: 12345,
  },
])

const unknown = JSON.stringify({
  _tag: "TaskError",
  provider: "volc-cv",
  account: "default",
  model: "volc-cv/lip-sync-lite",
  operation: "submit",
  reason: {
    _tag: "OutcomeUnknown",
    account: "default",
    model: "volc-cv/lip-sync-lite",
    at: "2026-05-28T20:26:41.000Z",
    inputDigest: "d2",
    detail: "the connection was reset",
    look: "Look in the console.",
  },
})

type Row = Readonly<Record<string, string | number | null>>

const generation = (over: Row): Row => ({
  provider: "volc-cv",
  account: "default",
  account_key: "aaaaaaaaaaaa",
  model: "volc-cv/jimeng-video-3.0-pro",
  owner: "",
  cohort: "volc-cv/jimeng-video-3.0-pro 5 s",
  remakes: 1,
  cancel: "no",
  ended: 0,
  ...over,
})

/** Tables that a version does not have are left out. */
const rows: ReadonlyArray<readonly [table: string, row: Row]> = [
  [
    "generations",
    generation({
      serial: 1,
      id: "d0ne00000000",
      digest: "d1",
      owner: "somebody",
      created_at: 1780000000000,
      stamp: "stamp-5",
      version: 5,
      revision: 7,
      state: "done",
      ended: 1,
      updated_at: 1780000090000,
      progress: 100,
      task: 1,
      key: "a key",
      input: '{"prompt":"一只猫","image":"sha256:1111"}',
    }),
  ],
  [
    "generations",
    generation({
      serial: 2,
      id: "vndec1ded000",
      model: "volc-cv/lip-sync-lite",
      digest: "d2",
      cohort: "volc-cv/lip-sync-lite",
      created_at: 1780000001000,
      stamp: "stamp-9",
      version: 3,
      revision: 8,
      state: "undecided",
      updated_at: 1780000002000,
      due_at: 1780000003000.5,
      cancel: "asked",
      error: unknown,
      task: 2,
      input: '{"url":"https://example.test/v.mp4"}',
    }),
  ],
  [
    "generations",
    generation({
      serial: 4,
      id: "fetch1ng0000",
      digest: "d3",
      created_at: 1780000005000,
      stamp: "stamp-12",
      version: 4,
      revision: 9,
      state: "fetching",
      updated_at: 1780000080000,
      due_at: 1780000081000,
      hindrance: "no space left on this disk",
      task: 1,
      input: '{"prompt":"a dog"}',
    }),
  ],
  [
    "tasks",
    {
      generation: 1,
      number: 1,
      token: "stamp-2",
      state: "succeeded",
      attempt: 1,
      sent_at: 1780000000100,
      task_id: "7392616336519610409",
      ref: ref("7392616336519610409"),
    },
  ],
  [
    "tasks",
    {
      generation: 2,
      number: 1,
      token: "stamp-7",
      state: "refused",
      attempt: 1,
      sent_at: 1780000001100,
    },
  ],
  [
    "tasks",
    {
      generation: 2,
      number: 2,
      token: "stamp-8",
      state: "undecided",
      attempt: 2,
      sent_at: 1780000001500,
    },
  ],
  [
    "tasks",
    {
      generation: 4,
      number: 1,
      token: "stamp-10",
      state: "succeeded",
      attempt: 1,
      sent_at: 1780000005100,
      task_id: "7392616336519610410",
      ref: ref("7392616336519610410"),
      outputs,
    },
  ],
  ...(
    [
      [1, 1, 1780000000000, "accepted", "accepted"],
      [1, 2, 1780000000100, "submitting", "submit of task 1"],
      [2, 1, 1780000001000, "accepted", "accepted"],
      [1, 3, 1780000000300, "submitted", "accepted as task 7392616336519610409"],
      [1, 4, 1780000080000, "fetching", "the video exists at the provider"],
      [1, 5, 1780000090000, "done", "artifacts/ab/abcd"],
      [2, 3, 1780000002000, "undecided", "the connection was reset"],
      [4, 1, 1780000005000, "accepted", "accepted"],
    ] as const
  ).map(
    ([of, version_, at, kind, message], index) =>
      ["events", { seq: index + 3, generation: of, version: version_, at, kind, message }] as const,
  ),
  [
    "artifacts",
    {
      generation: 1,
      number: 0,
      kind: "video",
      sha256: "abcd",
      bytes: 12345,
      path: "artifacts/ab/cd",
      media_type: "video/mp4",
      width: 1920,
      height: 1088,
      seconds: 5.041667,
      codec: "avc",
    },
  ],
  [
    "artifacts",
    { generation: 1, number: 1, kind: "cover", sha256: "ef01", bytes: 77, path: "artifacts/ef/01" },
  ],
  [
    "inputs",
    { generation: 1, number: 0, field: "image", sha256: "1111", bytes: 88, path: "inputs/11/11" },
  ],
  [
    "durations",
    {
      token: "stamp-2",
      cohort: "volc-cv/jimeng-video-3.0-pro 5 s",
      over: 78.5,
      under: 80,
      at: 1780000080000,
    },
  ],
]

const fill = (database: DatabaseSync): void => {
  const has = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
  for (const [table, row] of rows) {
    if (has.get(table) === undefined) continue
    const names = Object.keys(row)
    const places = names.map(() => "?").join(", ")
    database
      .prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${places})`)
      .run(...Object.values(row))
  }
  database.exec("UPDATE revisions SET newest = 9")
}

try {
  // Small pages keep the file small; that a file has them is nothing special.
  const small = new DatabaseSync(filename)
  small.exec("PRAGMA page_size = 512; VACUUM")
  small.close()
  await Effect.runPromise(
    Effect.gen(function* () {
      const database = yield* Sqlite.open({ filename })
      yield* migrations.migrate(database, filename, known)
      fill(database)
    }).pipe(Effect.scoped),
  )
} catch (cause) {
  rmSync(filename, { force: true })
  throw cause
}
