export { InspectorPage as default } from 'evergate/inspector/page'
