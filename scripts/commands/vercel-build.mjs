import { setUp } from '../lib/set-up.mjs'
import { step } from '../lib/steps.mjs'
import { vercelBuild } from '../lib/vercel.mjs'

/** The output that Vercel would make of this commit, in `.vercel/output`: without an account, a login, or a project there. */
export default async function build() {
  await setUp(['app'])
  await step('vercel build', vercelBuild)
}
