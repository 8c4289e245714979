'use client'

import { type RefObject, useCallback, useEffect } from 'react'

/** Keeps what is typed into a field for this tab, so that even a session that really ended loses no words. */
export function useDraft(field: RefObject<HTMLTextAreaElement | null>, key: string): { clear(): void } {
  useEffect(() => {
    const element = field.current
    if (element === null) return
    const kept = read(key)
    if (kept !== null && element.value === '') element.value = kept
    const keep = () => write(key, element.value)
    element.addEventListener('input', keep)
    return () => element.removeEventListener('input', keep)
  }, [field, key])

  const clear = useCallback(() => write(key, ''), [key])
  return { clear }
}

// Storage may be switched off altogether; a draft is a courtesy, so that is not an error.
function read(key: string): string | null {
  try {
    return sessionStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string): void {
  try {
    if (value === '') sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, value)
  } catch {}
}
