const sentences: Record<string, string> = {
  ECONNREFUSED: 'cannot be reached: nothing listens there',
  ECONNRESET: 'cannot be reached: the connection was cut',
  EPIPE: 'cannot be reached: the connection was cut',
  ENOTFOUND: 'cannot be reached: the host is unknown',
  EAI_AGAIN: 'cannot be reached: the host cannot be looked up',
  ETIMEDOUT: 'cannot be reached in time',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
}

/** The fault of the network, as the end of a sentence; undefined when the network is fine. */
export function networkTrouble(error: unknown): string | undefined {
  return sentences[codeOf(error)]
}

const untrusted = 'has a certificate that nobody here trusts: name its authority in NODE_EXTRA_CA_CERTS'

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
const certificates: Record<string, string> = {
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  CERT_NOT_YET_VALID: 'has a certificate that is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
}

/** The same for its certificate, which no waiting mends. */
export function certificateTrouble(error: unknown): string | undefined {
  return certificates[codeOf(error)]
}

/** The `code` of an error, or nothing. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
