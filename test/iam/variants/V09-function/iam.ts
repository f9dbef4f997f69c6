import * as aws from "@pulumi/aws";
import { trust } from "./trust";

new aws.iam.Role("deploy", { name: "infra-deploy", assumeRolePolicy: trust("infra") });
