import { PACKED } from './packed.ts'
import { script } from './scripts.ts'

/** Answers the time and the session. */
export const find = script(`${PACKED}
  return {now, answer(load())}
`)

/**
 * ARGV from 2: idle limit, absolute limit, and how long to keep what has ended, all in milliseconds; id of the user, address, user agent,
 * methods. Answers the session; nothing when the key is there already.
 */
export const createSession = script(`${PACKED}
  if redis.call('EXISTS', KEYS[1]) == 1 then return false end
  local session = {createdAt = now, absoluteExpiresAt = now - now % 1000 + ARGV[3], userId = ARGV[5], amr = ARGV[8]}
  rotate(session, 0, ARGV[2], ARGV[4], ARGV[6], ARGV[7])
  return answer(session)
`)

/**
 * ARGV from 2: generation that was seen, generation to move to, idle limit and how long to keep what has ended in
 * milliseconds, address, user agent. Answers the session; nothing when it does not move.
 */
export const advance = script(`${PACKED}
  local session = load()
  if not session or session.generation ~= tonumber(ARGV[2]) or not isLive(session) then return false end
  rotate(session, tonumber(ARGV[3]), ARGV[4], ARGV[5], ARGV[6], ARGV[7])
  return answer(session)
`)

/** ARGV from 2: generation and key that were seen, empty for none; key to set. Answers the session; nothing when it is another now. */
export const bind = script(`${PACKED}
  local session = load()
  if not session or session.generation ~= tonumber(ARGV[2]) or not isLive(session) then return false end
  if (session.deviceKey or '') ~= ARGV[3] then return false end
  session.deviceKey, session.deviceBoundAt = ARGV[4], now
  save(session)
  return answer(session)
`)

/**
 * ARGV from 2: generation that was presented, idle limit and how long to keep what has ended in milliseconds, address, user agent; then the
 * mark that the caller saw before reading the session's user, and the user, or nothing. Answers the time, whether the session has moved,
 * its user or nothing, and the session.
 */
export const renew = script(`${PACKED}
  local session = load()
  if not session then return {now, 0, false, false} end
  local moved, user = 0, fresh(session)
  if isLive(session) then
    local read = ARGV[8] and mayKeep(session, ARGV[7])
    if read then
      user = {unpack(ARGV, 8)}
      keep(session, user)
    end
    if user and session.generation == tonumber(ARGV[2]) and not session.deviceKey then
      rotate(session, session.generation + 1, ARGV[3], ARGV[4], ARGV[5], ARGV[6])
      moved = 1
    elseif read then
      save(session)
    end
  end
  return {now, moved, user, answer(session)}
`)

/** ARGV from 2: user of a session that has just begun. The session carries them from now on, unless a change of theirs has come between. */
export const keepUser = script(`${PACKED}
  local session = load()
  if not session or session.revokedAt or not mayKeep(session, '') then return 0 end
  keep(session, {unpack(ARGV, 2)})
  save(session)
  return 1
`)

/** ARGV from 2: a mark. The session has no copy of its user from now on, and gets none while the mark ends with "!". */
export const barUser = script(`${PACKED}
  local session = load()
  if not session then return 0 end
  bare(session)
  session.mark = ARGV[2] .. '!'
  save(session)
  return 1
`)

/** ARGV from 2: the same mark. A copy may be taken again, unless another change of the user is under way. */
export const admitUser = script(`${PACKED}
  local session = load()
  if not session then return 0 end
  local mark = session.mark or ''
  if string.sub(mark, -1) == '!' and mark ~= ARGV[2] .. '!' then return 0 end
  bare(session)
  session.mark = ARGV[2]
  save(session)
  return 1
`)

/** ARGV from 2: reason. It lives on as long as it would have, to be refused as what it is. */
export const revoke = script(`${PACKED}
  local session = load()
  if not session or session.revokedAt then return 0 end
  bare(session)
  session.revokedAt, session.revokedReason = now, ARGV[2]
  save(session)
  return 1
`)

/** Forgets where a session came from. */
export const forgetOrigin = script(`${PACKED}
  local session = load()
  if not session then return 0 end
  session.address, session.userAgent = '', ''
  save(session)
  return 1
`)
