/** What Node adds: a transport that knows what was sent, downloads that end whole, media from anywhere. */
export * as Artifact from "./Artifact.ts"
export * as ArtifactError from "./ArtifactError.ts"
export * as Files from "./Files.ts"
export * as FreeName from "./FreeName.ts"
export * as HostPolicy from "./HostPolicy.ts"
export * as Proxy from "./Proxy.ts"
export * as Transport from "./Transport.ts"
