export { deploymentSubject, type DeploymentSubject } from "./subject.ts";
