import { asksAdminsForTwo, TWO_FACTORS } from '../_lib/second-factor'

/** All that a session must show here, as the gateway's rule has it. */
export const adminNeeds = () => ({
  roles: ['admin'],
  ...(asksAdminsForTwo() && { acr: [TWO_FACTORS] }),
  returnTo: '/admin',
})
