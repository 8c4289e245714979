const SINCE_BEGINNING = [
  'rotatedAt',
  'lastSeenAt',
  'idleExpiresAt',
  'absoluteExpiresAt',
  'revokedAt',
  'deviceBoundAt',
  'copiedAt',
] as const
const OTHERS = [
  'generation',
  'userId',
  'address',
  'userAgent',
  'amr',
  'revokedReason',
  'deviceKey',
  'mark',
] as const
/** The order of an answer. The array that is stored has the copy of the user behind them: a new field goes behind that. */
const ANSWERED = ['createdAt', ...SINCE_BEGINNING, ...OTHERS]
const USER = ANSWERED.length + 1

const place = (field: string) => `values[${ANSWERED.indexOf(field) + 1}]`
const lines = (parts: readonly string[]) => parts.join(',\n      ')

/**
 * Lua that reads and writes the session under a script's key: one string, an array in MessagePack. A hash would take five times the memory:
 * Redis keeps one with a long value in a table of its own. All times but the first are counted from it, and the key has the id.
 *
 * Versions before this one have left hashes. `load` reads them too, but for the copy of the user, which is taken anew; the next write makes
 * a string of it.
 */
export const PACKED = `
  local function fromHash()
    local found = redis.call('HGETALL', KEYS[1])
    local session = {amr = 'pwd'}
    for i = 1, #found, 2 do session[found[i]] = found[i + 1] end
    for _, field in ipairs({'createdAt', 'generation', ${SINCE_BEGINNING.map((field) => `'${field}'`).join(', ')}}) do
      session[field] = tonumber(session[field])
    end
    session.user = nil
    return session.generation and session
  end

  local function load()
    local packed = redis.pcall('GET', KEYS[1])
    if type(packed) == 'table' then return fromHash() end
    if not packed then return nil end
    local values = cmsgpack.unpack(packed)
    local began = values[1]
    return {
      createdAt = began,
      ${lines(SINCE_BEGINNING.map((field) => `${field} = ${place(field)} and ${place(field)} + began or nil`))},
      ${lines(OTHERS.map((field) => `${field} = ${place(field)} or nil`))},
      user = values[${USER}] or nil
    }
  end

  local function save(session, life)
    local began = session.createdAt
    local packed = cmsgpack.pack({
      began,
      ${lines(SINCE_BEGINNING.map((field) => `session.${field} and session.${field} - began or false`))},
      ${lines(OTHERS.map((field) => `session.${field} or false`))},
      session.user or false
    })
    if life then redis.call('SET', KEYS[1], packed, 'PX', text(life))
    else redis.call('SET', KEYS[1], packed, 'KEEPTTL') end
  end

  local function answer(session)
    if not session then return false end
    return {${ANSWERED.map((field) => `session.${field} or false`).join(', ')}}
  end

  local function isLive(session)
    return not session.revokedAt and session.idleExpiresAt > now and session.absoluteExpiresAt > now
  end

  local function rotate(session, generation, idleTtl, keepFor, address, userAgent)
    session.generation, session.rotatedAt, session.lastSeenAt = generation, now, now
    session.idleExpiresAt = math.min(now + idleTtl, session.absoluteExpiresAt)
    session.address, session.userAgent = address, userAgent
    save(session, session.idleExpiresAt - now + keepFor)
  end

  -- The copy of its user that a session carries.
  local DAY = 86400000
  local function mayKeep(session, seen) return (session.mark or '') == seen and string.sub(seen, -1) ~= '!' end
  local function keep(session, user) session.user, session.copiedAt = user, now end
  local function bare(session) session.user, session.copiedAt = nil, nil end
  local function fresh(session)
    return session.user and session.copiedAt and session.copiedAt + DAY > now and session.user or false
  end
`
