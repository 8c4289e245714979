import { svelteKitGateway } from 'evergate/sveltekit'
import { building } from '$app/env'
import { rules } from '../../rules.ts'

export const handle = svelteKitGateway({ rules, building })
