import { cookies } from 'next/headers'
import { deviceMode } from '../../_lib/device-mode'
import { ENDS_WITH_TOKEN } from '../_lib/access-cookies'
import { answer, experiment } from '../_lib/experiments-server'
import { thiefWith } from '../_lib/thief'

const PAGE = '/dashboard'

/**
 * Does what malware does: copies the cookies, and comes with them from elsewhere, at once and when the access token has ended. A session that
 * is not bound is renewed by that; its owner is handed the new cookies here, and goes on.
 */
export const POST = experiment(async () => {
  const thief = thiefWith((await cookies()).getAll())
  try {
    const atOnce = await thief.open(PAGE)
    thief.lose(ENDS_WITH_TOKEN)
    const later = await thief.open(PAGE)
    const begun = `The copy, at once: ${atOnce.status} ${atOnce.outcome}. When the access token has ended: ${later.status} ${later.outcome}`
    if (later.outcome !== 'degraded') {
      const response = answer(200, `${begun}, so it is in for good. ${WHY[deviceMode()]}`)
      for (const cookie of later.setCookies) response.headers.append('set-cookie', cookie)
      return response
    }
    // A browser with the key renews before it comes back to the page.
    const { status, outcome, reason } = await thief.open(PAGE)
    return answer(
      200,
      `${begun}, asked to renew with the key of this device. It has none: ${status} ${outcome}${reason ? `, ${reason}` : ''}.`,
    )
  } catch {
    return answer(503, 'The app cannot be asked from here. Nothing has changed for you.')
  }
})

const BOUND = 'A session that is bound to its device asks for a key that no copy has'
/** Why a session that was copied is not bound. */
const WHY = {
  off: `${BOUND}: start the app with DEVICE_BINDING=prefer, behind https.`,
  prefer: `${BOUND}; this browser has made none.`,
  require: `${BOUND}; this browser has made none.`,
}
