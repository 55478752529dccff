import { Readable } from "node:stream"
import { expect, it, vi } from "vitest"
import { inProcess, said } from "./inProcess.ts"

const request = {
  method: "POST",
  path: "/",
  query: { Action: "CVSync2AsyncSubmitTask", Version: "2022-08-31" },
  headers: { "Content-Type": "application/json", Host: "visual.volcengineapi.com" },
  body: '{"req_key":"jimeng_ti2v_v30_pro","prompt":"a cat","seed":-1,"frames":121,"aspect_ratio":"16:9"}',
  region: "cn-north-1",
  service: "cv",
  accessKeyId: "AKLTexample",
  secretAccessKey: "c2VjcmV0LW9mLXRoaXMtdGVzdA==",
  date: "20250805T144938Z",
}

const zoetrope = inProcess([])

const sign = (stdin: string, ...flags: ReadonlyArray<string>) => {
  vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([Buffer.from(stdin)]) as never)
  return zoetrope("sign", ...flags)
}

it("prints what Volcengine's own SDKs for Python make of the same request", async () => {
  const secretAccessKey = "c2VjcmV0"
  expect(await sign(JSON.stringify({ ...request, secretAccessKey }), "--json")).toBe(0)
  const signed = JSON.parse(said.stdout) as Record<string, unknown>
  expect(Object.keys(signed)).toEqual([
    "authorization",
    "signedHeaders",
    "canonicalRequest",
    "stringToSign",
    "headers",
  ])
  expect(signed["signedHeaders"]).toBe("content-type;host;x-content-sha256;x-date")
  expect(signed["authorization"]).toContain(
    "5aa0b2fc3dce4bec42dbe227bdd5ad43f170a3b49581a4e10a5592804e87cd90",
  )
  expect(said.stdout + said.stderr).not.toContain(secretAccessKey)
})

/** What is told, and for which request. */
const refused: ReadonlyArray<readonly [string, string]> = [
  ["region: is required", JSON.stringify({ ...request, region: undefined })],
  ["service: has the wrong type", JSON.stringify({ ...request, service: 1 })],
  ["date: ", JSON.stringify({ ...request, date: "yesterday" })],
  ['"extra" is not a field', JSON.stringify({ ...request, extra: request.secretAccessKey })],
  ["stdin is not JSON", `{"secretAccessKey": "${request.secretAccessKey}", `],
]

it.each(refused)("exit 2 says %s, and never repeats the secret", async (told, stdin) => {
  expect(await sign(stdin)).toBe(2)
  expect(said.stdout).toBe("")
  expect(said.stderr).toContain(told)
  expect(said.stderr).not.toContain(request.secretAccessKey)
})
