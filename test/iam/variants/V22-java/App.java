package infra;

import com.pulumi.Pulumi;
import com.pulumi.aws.iam.Role;
import com.pulumi.aws.iam.RoleArgs;
import static com.pulumi.codegen.internal.Serialization.*;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> new Role("deploy", RoleArgs.builder()
            .name("infra-deploy")
            .assumeRolePolicy(serializeJson(jsonObject(
                jsonProperty("Version", "2012-10-17"),
                jsonProperty("Statement", jsonArray(jsonObject(
                    jsonProperty("Effect", "Allow"),
                    jsonProperty("Principal", jsonObject(jsonProperty("Federated", "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"))),
                    jsonProperty("Action", "sts:AssumeRoleWithWebIdentity"),
                    jsonProperty("Condition", jsonObject(jsonProperty("StringLike", jsonObject(jsonProperty("token.actions.githubusercontent.com:sub", "repo:acme/infra:*")))))
                )))
            )))
            .build()));
    }
}
