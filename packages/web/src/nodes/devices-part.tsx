export const DevicesPart = () => null
