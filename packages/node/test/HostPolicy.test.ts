import { assert, describe, it } from "vitest"
import * as HostPolicy from "../src/HostPolicy.ts"

/** Addresses that are not an ordinary public host, by what they are. */
const refused = {
  "this machine": ["127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::"],
  private: ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "fd00::1", "fc00::1"],
  "link-local, metadata": ["169.254.169.254", "169.254.0.1", "fe80::1", "fec0::1"],
  "metadata by other addresses": [
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "fd00:ec2::254",
  ],
  "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
  "multicast, broadcast, reserved": ["224.0.0.1", "255.255.255.255", "240.0.0.1", "ff02::1"],
  "documentation, benchmarks": [
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "2001:db8::1",
  ],
  "IPv4 in IPv6": ["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:10.0.0.1"],
  "NAT64 to a private address": ["64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe"],
  "NAT64 of a local network": ["64:ff9b:1::8.8.8.8"],
  tunnels: ["2002:7f00:1::1", "2001:0:1::1"],
  "not allocated": ["4000::1", "1::1"],
}
const fine = [
  "8.8.8.8",
  "1.1.1.1",
  "172.32.0.1",
  "100.128.0.1",
  "2606:4700::1111",
  "64:ff9b::8.8.8.8",
]

const literal = (address: string) => (address.includes(":") ? `[${address}]` : address)
const refusal = (url: string, policy: HostPolicy.HostPolicy = {}) =>
  HostPolicy.refusal(new URL(url), policy)

const resolveTo = (name: string, addresses: ReadonlyArray<string>, all = true) => {
  let outcome: unknown
  const answer = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))
  const lookup = HostPolicy.lookup((_, callback) => callback(null, answer))
  lookup(name, { all }, (error, found, family) => {
    outcome = error ?? (all ? found : { address: found, family })
  })
  return outcome
}

describe("addresses", () => {
  for (const [what, addresses] of Object.entries(refused)) {
    it.each(addresses)(`${what}: %s is refused, written in the link or found by its name`, (at) => {
      assert.isString(refusal(`https://${literal(at)}/x`))
      assert.isString(refusal(`http://${literal(at)}/x`))
      assert.instanceOf(resolveTo("example.com", [at]), HostPolicy.AddressRefused)
      assert.instanceOf(resolveTo("example.com", [at], false), HostPolicy.AddressRefused)
    })
  }
  it.each(fine)("%s is public", (at) => {
    assert.isUndefined(refusal(`https://${literal(at)}/x`))
    assert.deepStrictEqual(resolveTo("example.com", [at], false), {
      address: at,
      family: at.includes(":") ? 6 : 4,
    })
  })
  it.each(["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "%31%32%37.0.0.1", "127。0。0。1"])(
    "%s is loopback in disguise",
    (host) => assert.match(refusal(`https://${host}/x`)!, /127\.0\.0\.1 is not a public address/),
  )
  it("only the public ones of several are left", () => {
    assert.deepStrictEqual(resolveTo("example.com", ["10.0.0.1", "8.8.8.8", "::1"]), [
      { address: "8.8.8.8", family: 4 },
    ])
  })
  it("an error of the resolver is passed on", () => {
    const failure = Object.assign(new Error("no such name"), { code: "ENOTFOUND" })
    const lookup = HostPolicy.lookup((_, callback) => callback(failure, []))
    lookup("example.com", { all: true }, (error) => assert.strictEqual(error, failure))
  })
})

describe("names", () => {
  it.each(["example.com", "localhost.example.com", "cdn.example.com.", "local.tv"])(
    "%s is public",
    (name) => assert.isUndefined(refusal(`https://${name}/x`)),
  )
  it.each([
    "localhost",
    "a.localhost",
    "localhost.",
    "printer",
    "nas.local",
    "NAS.LOCAL.",
    "metadata.google.internal",
    "router.home.arpa",
  ])("%s is not", (name) => assert.match(refusal(`https://${name}/x`)!, /is not a public name/))
})

describe("the link", () => {
  it("is https", () => {
    assert.strictEqual(refusal("http://example.com/x"), "it is not https")
    assert.strictEqual(refusal("ftp://example.com/x"), "it is not https")
  })
  it.each(["https://me@example.com/", "https://me:pw@example.com/", "https://:pw@example.com/"])(
    "%s carries credentials",
    (url) => assert.strictEqual(refusal(url), "it carries a user name or a password"),
  )
})

describe("loopback, where it is allowed", () => {
  const policy = { loopback: true }
  it.each([
    "http://127.0.0.1:8080/x",
    "http://localhost/x",
    "https://[::1]/x",
    "http://a.localhost/",
  ])("%s", (url) => assert.isUndefined(refusal(url, policy)))
  it.each(["http://example.com/x", "https://10.0.0.1/x", "http://10.0.0.1/x", "https://0.0.0.0/"])(
    "%s is refused all the same",
    (url) => assert.isString(refusal(url, policy)),
  )
  it("localhost is loopback and nothing else; another name is never loopback", () => {
    assert.deepStrictEqual(resolveTo("localhost", ["127.0.0.1", "8.8.8.8"]), [
      { address: "127.0.0.1", family: 4 },
    ])
    assert.instanceOf(resolveTo("a.localhost", ["8.8.8.8"]), HostPolicy.AddressRefused)
    assert.instanceOf(resolveTo("example.com", ["127.0.0.1"]), HostPolicy.AddressRefused)
  })
})
