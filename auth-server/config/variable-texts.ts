/**
 * How the text of an environment variable becomes the value of an option. A text that cannot be read is handed on as it is: the option's
 * type refuses it, and its message says what would be right.
 */
export type ReadText = (text: string) => unknown

/** The text itself. */
export const asText: ReadText = (text) => text

/** `900` */
export const asNumber: ReadText = (text) => (/^\d{1,10}$/.test(text) ? Number(text) : text)

/** `10/300`: so many in so many seconds. */
export const asRate: ReadText = (text) => {
  const [, points, seconds] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  return points && seconds ? { points: Number(points), seconds: Number(seconds) } : text
}

/** `a,b` */
export const asList: ReadText = (text) => text.split(',').map((part) => part.trim())

/** `true`, `false`, `2`, or `a,b` */
export const asProxies: ReadText = (text) => {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^\d{1,2}$/.test(text) ? Number(text) : asList(text)
}
