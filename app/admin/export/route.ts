import { getSession, stepUpChallenge } from 'evergate/next'
import { textOf } from '../../_lib/guards'
import { handOut, leadBack } from '../../_lib/hand-out'
import { adminNeeds } from '../needs'

/** Everything that is known of a person, as a file for an administrator. A refusal leads back to the page of that person. */
export async function POST(request: Request): Promise<Response> {
  const session = await getSession()
  // The gateway says there what is missing.
  if (!session?.roles.includes('admin') || stepUpChallenge(session, adminNeeds())) return leadBack('/admin')
  const form = await request.formData()
  const id = textOf(form, 'id')
  return await handOut(
    `/admin/users/${encodeURIComponent(id)}/export`,
    textOf(form, 'password-for-export'),
    `data-of-${id.replace(/[^\w.-]/g, '_')}.json`,
    (problem) => `/admin?${new URLSearchParams({ person: id, problem })}`,
  )
}
