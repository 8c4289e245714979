import { readFileSync } from 'node:fs'
import { answerFromMemory } from './network.ts'

// For `next start`, whose process this is loaded into before anything else.
const file = process.env.BENCH_NETWORK
answerFromMemory(file ? JSON.parse(readFileSync(file, 'utf8')) : {})
