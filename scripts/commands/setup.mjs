import { setUp } from '../lib/set-up.mjs'

export default () => setUp()
