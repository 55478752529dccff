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

const presigning = {
  ...request,
  method: "GET",
  body: undefined,
  secretAccessKey: "c2VjcmV0",
  presign: true,
}

it.each([[], ["--json"]])(
  "prints the presigned query that SDKs make, as JSON (%j)",
  async (...flags) => {
    expect(await sign(JSON.stringify(presigning), ...flags)).toBe(0)
    const { query, ...rest } = JSON.parse(said.stdout) as { readonly query: string }
    expect(rest).toEqual({})
    expect(query).toContain("&X-SignedHeaders=&")
    // Of volc-sdk-python and volcengine-python-sdk for the same request.
    expect(new URLSearchParams(query).get("X-Signature")).toBe(
      "f10107fe4e92aaad150b59e3d7324196da521d2a2bda4040b88f0bfa807d2027",
    )
    expect(said.stdout + said.stderr).not.toContain("c2VjcmV0")
  },
)

it("presigns for as long as it is told, with the headers that it is told", async () => {
  const more = { expiresSeconds: 60, signedHeaders: ["host"], sessionToken: "STS2" }
  expect(await sign(JSON.stringify({ ...presigning, ...more }))).toBe(0)
  const { query } = JSON.parse(said.stdout) as { readonly query: string }
  expect(query).toContain("&X-Expires=60&")
  expect(query).toContain("&X-SignedHeaders=host&")
  expect(query).toContain("&X-Security-Token=STS2&")
})

it("takes the keys from the environment where the request has none", async () => {
  vi.stubEnv("VOLC_ACCESS_KEY_ID", request.accessKeyId)
  vi.stubEnv("VOLC_SECRET_ACCESS_KEY", "c2VjcmV0")
  vi.stubEnv("VOLC_SESSION_TOKEN", "")
  const { accessKeyId: _, secretAccessKey: __, ...keyless } = presigning
  expect(await sign(JSON.stringify(keyless))).toBe(0)
  expect(said.stdout).toContain("f10107fe4e92aaad150b59e3d7324196da521d2a2bda4040b88f0bfa807d2027")
  expect(await sign(JSON.stringify({ ...keyless, sessionToken: "STS2" }))).toBe(2)
  expect(said.stderr).toContain("accessKeyId: is required where the request holds a part")
  vi.stubEnv("VOLC_SECRET_ACCESS_KEY", "")
  expect(await sign(JSON.stringify(keyless))).toBe(2)
  expect(said.stderr).toContain("VOLC_SECRET_ACCESS_KEY is not set")
})

/** What is told, and for which request. */
const refused: ReadonlyArray<readonly [string, string]> = [
  ["region: is required", JSON.stringify({ ...request, region: undefined })],
  ["service: has the wrong type", JSON.stringify({ ...request, service: 1 })],
  ["date: ", JSON.stringify({ ...request, date: "yesterday" })],
  ['"extra" is not a field', JSON.stringify({ ...request, extra: request.secretAccessKey })],
  ["presign: has the wrong type", JSON.stringify({ ...request, presign: "yes" })],
  ["body: a presigned query signs no body", JSON.stringify({ ...request, presign: true })],
  ["expiresSeconds: is only for", JSON.stringify({ ...request, expiresSeconds: 60 })],
  [
    "expiresSeconds: ",
    JSON.stringify({ ...request, body: undefined, presign: true, expiresSeconds: 0 }),
  ],
  ["stdin is not JSON", `{"secretAccessKey": "${request.secretAccessKey}", `],
]

it.each(refused)("exit 2 says %s, and never repeats the secret", async (told, stdin) => {
  expect(await sign(stdin)).toBe(2)
  expect(said.stdout).toBe("")
  expect(said.stderr).toContain(told)
  expect(said.stderr).not.toContain(request.secretAccessKey)
})
