/** The audit events about a user in a log of JSON lines; lines that are none are passed over. */
export function eventsIn(log: string, userId: string): object[] {
  return log.split('\n').flatMap((line) => {
    // Most lines are about others, and need not be read.
    if (!line.includes(userId)) return []
    try {
      const entry: unknown = JSON.parse(line)
      return isEventOf(entry, userId) ? [entry] : []
    } catch {
      return []
    }
  })
}

function isEventOf(entry: unknown, userId: string): entry is object {
  if (typeof entry !== 'object' || entry === null) return false
  return 'audit' in entry && entry.audit === true && 'userId' in entry && entry.userId === userId
}
