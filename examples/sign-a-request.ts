/**
 * The signer alone: plain functions, no Effect, nothing is sent.
 *
 *   ./zoe exec node examples/sign-a-request.ts
 */
import { sign } from "@zoetrope/volc-signer"

const signed = sign(
  {
    method: "POST",
    query: { Action: "CVSync2AsyncGetResult", Version: "2022-08-31" },
    headers: { Host: "visual.volcengineapi.com", "Content-Type": "application/json" },
    body: JSON.stringify({ req_key: "jimeng_ti2v_v30_pro", task_id: "7491596536074305586" }),
  },
  {
    accessKeyId: "AKLTexample",
    secretAccessKey: "c2VjcmV0",
    region: "cn-north-1",
    service: "cv",
    date: new Date("2025-08-05T14:49:38Z"),
  },
)

console.log(`${signed.method} ${signed.path}?${signed.query}`)
for (const [name, value] of Object.entries(signed.headers)) console.log(`${name}: ${value}`)
