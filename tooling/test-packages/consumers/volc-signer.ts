/** One side signs, the other verifies, and a body that was changed on the way is refused. */
import { sign, type SignRequest, verify } from "@zoetrope/volc-signer"

const key = { accessKeyId: "AKLTexample", secretAccessKey: "c2VjcmV0" }
const now = new Date("2026-11-20T12:00:00Z")
const request = {
  method: "POST",
  query: { Action: "CVSync2AsyncGetResult", Version: "2022-08-31" },
  host: "visual.volcengineapi.com",
  body: '{"req_key":"jimeng_ti2v_v30_pro"}',
} satisfies SignRequest

const signed = sign(request, { ...key, region: "cn-north-1", service: "cv", date: now })
const receive = (body: string) =>
  verify(
    { ...signed, body },
    {
      secretFor: (id) => (id === key.accessKeyId ? key.secretAccessKey : undefined),
      now,
      windowSeconds: 900,
    },
  )._tag

if (receive(request.body) !== "Verified") throw new Error("what was signed was not verified")
if (receive("{}") !== "BodyHashMismatch") throw new Error("a changed body was not refused")

// @ts-expect-error a body is text or bytes
const notBody: SignRequest = { method: "POST", body: 7 }
void notBody
