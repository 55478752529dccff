/** What stands behind Chinese: with a space between, where it is not Chinese itself. */
export const spaced = (text: string): string => (/^\p{Script=Han}/u.test(text) ? text : ` ${text}`)
