/**
 * An npm registry on loopback that knows the tarballs and nothing else, so that `npm install
 * @zoetrope/core` is typed as a user types it. Everything else comes from where npm usually looks.
 */
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Tarball } from "./Tarball.ts"

export interface Registry extends AsyncDisposable {
  /** `http://127.0.0.1:40123/` */
  readonly url: string
}

export const serve = async (tarballs: ReadonlyArray<Tarball>): Promise<Registry> => {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "/").slice(1)
    const packed = tarballs.find(({ name }) => path === name || path === `${name}/-/tarball.tgz`)
    if (packed === undefined) response.writeHead(404).end()
    else if (path === packed.name) {
      response.setHeader("content-type", "application/json")
      response.end(JSON.stringify(packument(packed, url)))
    } else response.end(readFileSync(packed.path))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, "close")
    },
  }
}

/** @see https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md (read 2026-11-20) */
const packument = ({ integrity, manifest, name, version }: Tarball, url: string) => ({
  name,
  "dist-tags": { latest: version },
  versions: {
    [version]: { ...manifest, dist: { integrity, tarball: `${url}${name}/-/tarball.tgz` } },
  },
})
