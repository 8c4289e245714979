// Without one, Next would find the one of the app above.
export function register() {}
