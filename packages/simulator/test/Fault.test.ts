import { type Fault, faultGrammar, InvalidInput, parseFault } from "@zoetrope/simulator"
import { describe, expect, it } from "vitest"

const once = { model: undefined, count: 1, window: undefined, skip: 0 }
const before = { body: "gateway", retryAfter: undefined, after: false } as const

const read: ReadonlyArray<readonly [text: string, fault: Omit<Fault, "text">]> = [
  ["submit:lost-answer", { operation: "submit", kind: { _tag: "LostAnswer" }, ...once }],
  ["submit:lost-answer:1", { operation: "submit", kind: { _tag: "LostAnswer" }, ...once }],
  ["submit:reset-before:1", { operation: "submit", kind: { _tag: "ResetBefore" }, ...once }],
  [
    "poll:503:n=3",
    { operation: "poll", kind: { _tag: "Status", status: 503, ...before }, ...once, count: 3 },
  ],
  [
    "poll:503:for=40s",
    {
      operation: "poll",
      kind: { _tag: "Status", status: 503, ...before },
      ...once,
      count: Number.POSITIVE_INFINITY,
      window: 40_000,
    },
  ],
  [
    "any:500:n=all:body=html:retry-after=30:when=after",
    {
      operation: "any",
      kind: { _tag: "Status", status: 500, body: "html", retryAfter: "30", after: true },
      ...once,
      count: Number.POSITIVE_INFINITY,
    },
  ],
  [
    "submit:code=50430:2:model=key:skip=4",
    {
      operation: "submit",
      kind: { _tag: "Code", code: "50430" },
      model: "key",
      count: 2,
      window: undefined,
      skip: 4,
    },
  ],
  [
    "submit:code=content%3Ablocked.by-review",
    { operation: "submit", kind: { _tag: "Code", code: "content:blocked.by-review" }, ...once },
  ],
  [
    "poll:state=not_found",
    { operation: "poll", kind: { _tag: "State", state: "not_found" }, ...once },
  ],
  [
    "download:truncate@0.5:1",
    { operation: "download", kind: { _tag: "Truncate", part: 0.5 }, ...once },
  ],
  [
    "download:redirect=http%3A//127.0.0.1%3A1/",
    { operation: "download", kind: { _tag: "Redirect", to: "http://127.0.0.1:1/" }, ...once },
  ],
  [
    "poll:delay=1.5s:for=2m:n=3",
    {
      operation: "poll",
      kind: { _tag: "Delay", milliseconds: 1500 },
      ...once,
      count: 3,
      window: 120_000,
    },
  ],
  [
    "download:slow=4096",
    { operation: "download", kind: { _tag: "Slow", bytesPerSecond: 4096 }, ...once },
  ],
  [
    "cancel:code=Conflict",
    { operation: "cancel", kind: { _tag: "Code", code: "Conflict" }, ...once },
  ],
  ["list:malformed", { operation: "list", kind: { _tag: "Malformed" }, ...once }],
  ["credits:empty", { operation: "credits", kind: { _tag: "Empty" }, ...once }],
  ["callback:twice", { operation: "callback", kind: { _tag: "Twice" }, ...once }],
  [
    "callback:state=success:skip=1",
    { operation: "callback", kind: { _tag: "State", state: "success" }, ...once, skip: 1 },
  ],
]

const refused: ReadonlyArray<readonly [text: string, part: RegExp]> = [
  ["", /submit, poll, download or any/],
  ["upload:503", /"upload"/],
  ["submit", /got ""/],
  ["submit:lost", /"lost"/],
  ["submit:constructor", /"constructor"/],
  ["submit:200", /"200"/],
  ["submit:lost-answer=3", /"lost-answer=3"/],
  ["poll:503:0", /whole number from 1/],
  ["poll:503:n=-1", /whole number from 1/],
  ["poll:503:for=40", /duration such as/],
  ["poll:503:sometimes", /"sometimes"/],
  ["poll:503:body=xml", /body=gateway/],
  ["poll:html:body=html", /with a status only/],
  ["poll:malformed:when=after", /with a status or html only/],
  ["poll:code=", /"code="/],
  ["poll:code=two words", /"code=two words"/],
  ["download:code=50430", /submit or poll/],
  ["submit:dead-link", /allowed: download/],
  ["poll:no-task-id", /allowed: submit/],
  ["download:truncate@1", /"truncate@1"/],
  ["download:truncate@2", /"truncate@2"/],
  ["download:slow=0", /whole number from 1/],
  ["download:redirect=ftp%3A//x", /a kind of the fault grammar/],
  ["poll:state=%zz", /hexadecimal/],
  ["cancel:state=failed", /poll or callback/],
  ["callback:503", /allowed: submit or/],
  ["any:forged", /allowed: callback/],
]

describe("parseFault", () => {
  it.each(read)("reads %s", (text, fault) => {
    expect(parseFault(text)).toEqual({ ...fault, text })
  })

  it.each(refused)("refuses %j and names what is wrong", (text, part) => {
    expect(() => parseFault(text)).toThrow(InvalidInput)
    expect(() => parseFault(text)).toThrow(part)
  })

  it("reads every example and every kind of the grammar that is printed", () => {
    const examples = [...faultGrammar.matchAll(/^ {2}((?:submit|poll|download|callback):\S+)/gm)]
    expect(examples.length).toBeGreaterThanOrEqual(5)
    for (const [, example = ""] of examples) expect(() => parseFault(example)).not.toThrow()
    const kinds =
      "reset-before 400 code=1 state=x html redirect dead-link lost-answer empty malformed " +
      "no-task-id huge truncate@0.5 corrupt no-range delay=1s slow=1"
    for (const kind of kinds.split(" ")) {
      expect(faultGrammar).toContain(`\n  ${kind.replace(/[=@].*/, "")}`)
      expect(() => parseFault(`any:${kind}`)).not.toThrow()
    }
    const ofCallbacks = "never-sent reset-before lost-answer twice forged corrupt state=x delay=1s"
    const [, grammar] = faultGrammar.split("KIND of a callback")
    for (const kind of ofCallbacks.split(" ")) {
      expect(grammar).toContain(`\n  ${kind.replace(/=.*/, "")}`)
      expect(() => parseFault(`callback:${kind}`)).not.toThrow()
    }
  })
})
