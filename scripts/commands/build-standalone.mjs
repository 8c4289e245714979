import { buildStandalone } from '../lib/build.mjs'
import { step } from '../lib/steps.mjs'

/** Dependencies are there already, and secrets are none of a build's business. */
export default async function standalone() {
  await step('build', buildStandalone)
}
