/** The worker thread's own program: renders the one job it was started with and posts the file. */
import { parentPort, workerData } from "node:worker_threads"
import { encode } from "./encode.ts"

const file = await encode(workerData)
parentPort?.postMessage(file, [file.buffer])
