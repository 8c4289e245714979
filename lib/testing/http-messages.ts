/** HTTP/1.1 (RFC 9112) read just far enough to know where a message begins and ends. */

/** The first line and the headers of a message. */
export type Head = {
  /** The three parts of the first line: method, target, version; or version, status, reason. */
  readonly start: readonly [string, string, string]
  /** By lower-case name; several of one name are joined. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** A stretch of a message, with the bytes as they came. */
export type Piece =
  | { readonly kind: 'head'; readonly head: Head; readonly bytes: Buffer }
  | { readonly kind: 'body'; readonly bytes: Buffer }
  | { readonly kind: 'end' }

/** How the end of a body is found. */
export type BodyRule = number | 'chunked' | 'until-close'

type State =
  | { readonly reading: 'head' | 'chunk-size' | 'trailers' | 'until-close' }
  | { readonly reading: 'bytes'; readonly left: number; readonly of: 'message' | 'chunk' }

const CRLF = '\r\n'

/**
 * Reads messages one after the other from whatever chunks a connection delivers.
 *
 * @returns takes the next chunk, gives the pieces that it completes
 * @throws the returned function throws for what is not HTTP
 */
export function messageReader(ruleOf: (head: Head) => BodyRule): (chunk: Buffer) => Piece[] {
  let state: State = { reading: 'head' }
  let waiting: Buffer = Buffer.alloc(0)

  /** Takes the next piece off what is waiting; undefined when that is not all there yet. */
  function next(): Piece[] | undefined {
    switch (state.reading) {
      case 'head': {
        const bytes = take(`${CRLF}${CRLF}`)
        if (!bytes) return undefined
        const head = parseHead(bytes)
        const rule = ruleOf(head)
        state = afterHead(rule)
        return rule === 0 ? [{ kind: 'head', head, bytes }, { kind: 'end' }] : [{ kind: 'head', head, bytes }]
      }
      case 'bytes': {
        if (waiting.length === 0) return undefined
        const bytes = waiting.subarray(0, state.left)
        waiting = waiting.subarray(bytes.length)
        const left = state.left - bytes.length
        const isLast = left === 0 && state.of === 'message'
        state = left > 0 ? { ...state, left } : { reading: isLast ? 'head' : 'chunk-size' }
        return isLast ? [{ kind: 'body', bytes }, { kind: 'end' }] : [{ kind: 'body', bytes }]
      }
      case 'chunk-size': {
        const bytes = take(CRLF)
        if (!bytes) return undefined
        const size = Number.parseInt(bytes.toString('latin1'), 16)
        if (!Number.isSafeInteger(size)) throw new Error('a chunk without a size')
        state =
          size === 0 ? { reading: 'trailers' } : { reading: 'bytes', left: size + CRLF.length, of: 'chunk' }
        return [{ kind: 'body', bytes }]
      }
      case 'trailers': {
        const bytes = take(CRLF)
        if (!bytes) return undefined
        if (bytes.length > CRLF.length) return [{ kind: 'body', bytes }]
        state = { reading: 'head' }
        return [{ kind: 'body', bytes }, { kind: 'end' }]
      }
      case 'until-close': {
        if (waiting.length === 0) return undefined
        const bytes = waiting
        waiting = Buffer.alloc(0)
        return [{ kind: 'body', bytes }]
      }
    }
  }

  function take(upTo: string): Buffer | undefined {
    const found = waiting.indexOf(upTo)
    if (found < 0) return undefined
    const bytes = waiting.subarray(0, found + upTo.length)
    waiting = waiting.subarray(bytes.length)
    return bytes
  }

  return (chunk) => {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk])
    const pieces: Piece[] = []
    for (let found = next(); found; found = next()) pieces.push(...found)
    return pieces
  }
}

function afterHead(rule: BodyRule): State {
  if (rule === 0) return { reading: 'head' }
  if (rule === 'chunked') return { reading: 'chunk-size' }
  return rule === 'until-close' ? { reading: rule } : { reading: 'bytes', left: rule, of: 'message' }
}

function parseHead(bytes: Buffer): Head {
  const [first = '', ...lines] = bytes.toString('latin1').trimEnd().split(CRLF)
  const [, one, two, three = ''] = /^(\S+) (\S+)(?: (.*))?$/.exec(first) ?? []
  if (!one || !two) throw new Error('not HTTP')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = headers[name]
    headers[name] = before === undefined ? value : [before, value].join(name === 'cookie' ? '; ' : ', ')
  }
  return { start: [one, two, three], headers }
}

/** How the body of a request ends (RFC 9112, 6.3). */
export function requestBody({ headers }: Head): BodyRule {
  return framing(headers) ?? 0
}

/** How the body of an answer to `method` ends. */
export function answerBody(method: string, { start, headers }: Head): BodyRule {
  const status = Number(start[1])
  const hasNone = method === 'HEAD' || status < 200 || status === 204 || status === 304
  return hasNone ? 0 : (framing(headers) ?? 'until-close')
}

function framing(headers: Head['headers']): BodyRule | undefined {
  if (headers['transfer-encoding']?.toLowerCase().endsWith('chunked')) return 'chunked'
  const length = headers['content-length']
  return length === undefined ? undefined : Number(length)
}
