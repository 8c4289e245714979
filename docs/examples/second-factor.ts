import { signIn } from 'evergate/next'

export async function signInSteps(email: string, password: string, code: string) {
  const first = await signIn({ email, password })
  if (first.ok || !first.error.secondFactor) return first
  return signIn({ step: first.error.secondFactor.step, code, trust: true })
}
