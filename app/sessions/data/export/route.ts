import { getSession } from 'evergate/next'
import { textOf } from '../../../_lib/guards'
import { handOut, leadBack } from '../../../_lib/hand-out'

const page = (problem: string) => `/sessions/data?problem=${problem}`

/** Everything that is known of the person, as a file. A refusal leads back to the page, which says it. */
export async function POST(request: Request): Promise<Response> {
  if (!(await getSession())) return leadBack(page('signed-out'))
  const password = textOf(await request.formData(), 'password-for-export')
  return await handOut('/me/export', password, 'my-data.json', page)
}
