/** The checks of the suite, as data. */
import { Checks } from "@zoetrope/provider-kit"

const money = Checks.all.filter((check) => check.money)
if (money.length === 0) throw new Error("no check is about money")

// @ts-expect-error a check has a name
void (() => Checks.all[0]?.title)
