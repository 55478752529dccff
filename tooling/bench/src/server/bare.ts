/**
 * The baseline: what a handler must do at least, and nothing more. `node:http`, the body read and
 * parsed, one row in a SQLite file that is on the disk (WAL, synchronous FULL) before it is answered.
 */
import { randomUUID } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { settingsFromEnvironment } from "./settings.ts"

const database = new DatabaseSync(join(settingsFromEnvironment().directory, "bare.db"))
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
database.exec("CREATE TABLE requests (id TEXT PRIMARY KEY, at REAL NOT NULL, body TEXT NOT NULL)")
const insert = database.prepare("INSERT INTO requests VALUES (?, ?, ?)")

const server = createServer((request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    const id = randomUUID()
    const body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()))
    insert.run(id, Date.now(), body)
    response.writeHead(201, { "content-type": "application/json" })
    response.end(JSON.stringify({ id, state: "queued" }))
  })
})
server.listen(0, "127.0.0.1", () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
process.on("disconnect", () => process.exit())
