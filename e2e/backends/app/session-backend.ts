import type { ApiBackend } from 'evergate/backend'
import aspNetIdentity from './backends/asp-net-identity'
import betterAuth from './backends/better-auth'
import cognito from './backends/cognito'
import deviseJwt from './backends/devise-jwt'
import directus from './backends/directus'
import djRestAuth from './backends/dj-rest-auth'
import expressTutorial from './backends/express-tutorial'
import laravelJwt from './backends/laravel-jwt'
import nest from './backends/nest'
import oauth2Server from './backends/oauth2-server'
import payload from './backends/payload'
import pocketBase from './backends/pocket-base'
import seedConstants from './backends/seed-constants'
import simpleJwt from './backends/simple-jwt'
import springJwt from './backends/spring-jwt'
import strapi from './backends/strapi'
import supabaseAuth from './backends/supabase-auth'

// One build serves every test: TEST_BACKEND says which file of ./backends it is.
const backends: Record<string, ApiBackend> = {
  'asp-net-identity': aspNetIdentity,
  'better-auth': betterAuth,
  cognito,
  'devise-jwt': deviseJwt,
  directus,
  'dj-rest-auth': djRestAuth,
  'express-tutorial': expressTutorial,
  'laravel-jwt': laravelJwt,
  nest,
  'oauth2-server': oauth2Server,
  payload,
  'pocket-base': pocketBase,
  'seed-constants': seedConstants,
  'simple-jwt': simpleJwt,
  'spring-jwt': springJwt,
  strapi,
  'supabase-auth': supabaseAuth,
}

export default backends[process.env.TEST_BACKEND ?? 'nest'] ?? nest
