/** How many sessions have ended, as the end of a sentence. */
export const haveEnded = (count: number) =>
  `${count === 1 ? '1 session has' : `${count} sessions have`} ended`
