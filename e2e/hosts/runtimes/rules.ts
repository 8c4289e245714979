export { rules } from '../../frameworks/rules.ts'
