/** A result is kept, and a link into one's own network is refused with an error that has a class. */
import { Artifact, Transport } from "@zoetrope/node"
import { ArtifactError } from "@zoetrope/node/promises"
import { Effect } from "effect"
import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

const server = createServer((_, response) => response.end("a film")).listen(0, "127.0.0.1")
await once(server, "listening")
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/film.mp4`
const directory = await mkdtemp(join(tmpdir(), "zoetrope-"))

const save = (options: Partial<Artifact.SaveOptions>) =>
  Artifact.save({ url, to: join(directory, "film.mp4"), ...options }).pipe(
    Effect.provide(Transport.layer()),
  )

const saved = await Effect.runPromise(save({ allow: { loopback: true } }))
if ((await readFile(saved.path, "utf8")) !== "a film") throw new Error("the file is another")
const refused = await Effect.runPromise(Effect.flip(save({})))
if (!(refused instanceof ArtifactError)) throw new Error("a link to loopback was not refused")

server.close()
server.closeAllConnections()
await rm(directory, { recursive: true })

// @ts-expect-error a link is text
void (() => Artifact.save({ url: new URL(url), to: "film.mp4" }))
