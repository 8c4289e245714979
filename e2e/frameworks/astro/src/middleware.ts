import { astroGateway } from 'evergate/astro'
import { rules } from '../../rules.ts'

export const onRequest = astroGateway({ rules })
