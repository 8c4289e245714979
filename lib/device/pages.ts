import type { RequestFacts } from '../gateway/request/facts.ts'
import { page } from '../gateway/response/refusals.ts'
import { returnToOf } from '../gateway/response/return-to.ts'

/** A page that asks for itself again after so many seconds, without a script: before that, the browser renews. */
export const bouncePage = (
  { basePath }: { readonly basePath: string },
  facts: Pick<RequestFacts, 'page'>,
  seconds: number,
): Response =>
  page(
    200,
    'One moment',
    'This page tries again by itself.',
    { href: basePath + returnToOf(facts.page), label: 'Go on' },
    '',
    `<meta http-equiv="refresh" content="${seconds}">`,
  )
