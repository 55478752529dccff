/** The document of the contract is written from it, on any runtime. */
import { Api, Problem } from "@zoetrope/api"
import { OpenApi } from "effect/http-api"

const { paths } = OpenApi.fromApi(Api.Api)
if (paths["/api/v1/generations"]?.post === undefined) throw new Error("nothing can be asked for")
if (Object.keys(Problem.codes).length === 0) throw new Error("no error has a code")

// @ts-expect-error there is no such code
void (() => Problem.codes["no-such-code"])
