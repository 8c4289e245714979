// The adapter's defaults: AWS Lambda behind API Gateway, answers whole.
export default {
  default: {},
  // The function for images is not run here: it need not fetch its library.
  imageOptimization: { install: { packages: [], additionalArgs: '--offline' } },
}
