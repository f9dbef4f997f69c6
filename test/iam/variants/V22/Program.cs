using System.Collections.Generic;
using System.Text.Json;
using Pulumi;
using Aws = Pulumi.Aws;

return await Deployment.RunAsync(() =>
{
    var deploy = new Aws.Iam.Role("deploy", new()
    {
        Name = "infra-deploy",
        AssumeRolePolicy = JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["Version"] = "2012-10-17",
            ["Statement"] = new[]
            {
                new Dictionary<string, object?>
                {
                    ["Effect"] = "Allow",
                    ["Principal"] = new Dictionary<string, object?> { ["Federated"] = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
                    ["Action"] = "sts:AssumeRoleWithWebIdentity",
                    ["Condition"] = new Dictionary<string, object?> { ["StringLike"] = new Dictionary<string, object?> { ["token.actions.githubusercontent.com:sub"] = "repo:acme/infra:*" } },
                },
            },
        }),
    });
});
