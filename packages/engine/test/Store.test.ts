/** The store of the tests is held to what every store must do. */
import { Layer } from "effect"
import { Store } from "../src/Store.ts"
import { storeSuite } from "./storeSuite.ts"
import { memoryStore } from "./support/memoryStore.ts"

storeSuite("in memory, for tests", () => Layer.sync(Store, () => memoryStore().store))
