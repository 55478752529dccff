/**
 * Where a download may go. A link comes from outside and may point anywhere, also at this machine's
 * own network, so: https and public addresses only, unless loopback is allowed.
 *
 * What is checked is what is connected to: the link itself (`refusal`), and each address its name
 * resolves to, in the moment of connecting (`lookup`). A name that changes its address between a
 * check and the connection gains nothing. Behind a proxy the proxy resolves the name; there only the
 * link itself can be checked.
 */
import { Context } from "effect"
import ipaddr from "ipaddr.js"
import dns from "node:dns"
import { isIP, type LookupFunction } from "node:net"

export interface HostPolicy {
  /** Loopback addresses and `localhost`, also over plain http: for a simulator on this machine. */
  readonly loopback?: boolean
}

/** Name to addresses, as `dns.lookup` does it with `all`. */
export type Resolve = (
  name: string,
  callback: (
    error: NodeJS.ErrnoException | null,
    addresses: ReadonlyArray<{ readonly address: string; readonly family: number }>,
  ) => void,
) => void

/** The operating system's resolver unless something else is provided. */
export const Resolver = Context.Reference<Resolve>("@zoetrope/node/HostPolicy/Resolver", {
  defaultValue: () => (name, callback) => dns.lookup(name, { all: true }, callback),
})

/** Why a link is not followed, or `undefined` when nothing about it is against the policy. */
export const refusal = (url: URL, policy: HostPolicy): string | undefined => {
  if (url.username !== "" || url.password !== "") return "it carries a user name or a password"
  const host = hostOf(url)
  const pointsHere = isLocalName(host) || isLoopback(host)
  if (pointsHere && policy.loopback !== true) {
    return `${host} is not a public ${isIP(host) === 0 ? "name" : "address"} but this machine itself, which \`allow: { loopback: true }\` lets in, as for a simulator`
  }
  if (url.protocol !== "https:" && !(pointsHere && url.protocol === "http:")) {
    return "it is not https"
  }
  if (pointsHere) return undefined
  if (isIP(host) !== 0) {
    return isPublic(host) ? undefined : `${host} is not a public address (${kindOf(host)})`
  }
  return isPublicName(host) ? undefined : `${host} is not a public name`
}

/** No address of a name is one that may be connected to. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused"
}

/**
 * Resolves names for `net.connect`, and leaves out what may not be connected to: for `localhost`
 * all but loopback, for every other name all but public addresses.
 */
export const lookup =
  (resolve: Resolve): LookupFunction =>
  (name, options, callback) =>
    resolve(name, (error, all) => {
      if (error !== null) return callback(error, "")
      const allowed = isLocalName(name) ? isLoopback : isPublic
      const good = all.filter(({ address }) => allowed(address))
      const first = good[0]
      if (first === undefined) {
        const found = all.map(({ address }) => address).join(", ")
        const why = `${name} resolves to ${found}, where a download may not go`
        return callback(new AddressRefused(why), "")
      }
      return options.all === true
        ? callback(null, good)
        : callback(null, first.address, first.family)
    })

const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "")

const isLocalName = (name: string): boolean => /^(.+\.)?localhost\.?$/i.test(name)

/** Special-use names of local networks, and `internal`, which ICANN keeps for private use. */
const isPublicName = (name: string): boolean =>
  name.includes(".") && !/\.(localhost|local|internal|home\.arpa)$/i.test(name)

/** What IANA's special-purpose registries call an address; `unicast` is an ordinary one. */
const kindOf = (address: string): string =>
  ipaddr.isValid(address) ? ipaddr.parse(address).range() : "a name"

const isLoopback = (address: string): boolean => kindOf(address) === "loopback"

const isPublic = (address: string): boolean => {
  const parsed = ipaddr.parse(address)
  if (parsed instanceof ipaddr.IPv4) {
    return parsed.range() === "unicast" && parsed.toString() !== azureHost
  }
  if (parsed.match(nat64))
    return isPublic(ipaddr.fromByteArray(parsed.toByteArray().slice(12)).toString())
  return parsed.range() === "unicast" && parsed.match(globalUnicast)
}

/** Metadata and control of a virtual machine on Azure, at an otherwise public address. */
const azureHost = "168.63.129.16"

/** All that is allocated for public IPv6 so far; `::127.0.0.1` and the like lie outside. */
const globalUnicast = ipaddr.parseCIDR("2000::/3")

/** An IPv6-only network reaches every IPv4 host through this prefix: it is as public as the IPv4 address in it. */
const nat64 = ipaddr.parseCIDR("64:ff9b::/96")
