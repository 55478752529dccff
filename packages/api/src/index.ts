/** The HTTP contract of a Zoetrope server. */
export * as Access from "./Access.ts"
export * as Api from "./Api.ts"
export * as Catalogue from "./Catalogue.ts"
export * as Generation from "./Generation.ts"
export * as Problem from "./Problem.ts"
export * as Status from "./Status.ts"
export * as Videos from "./Videos.ts"
