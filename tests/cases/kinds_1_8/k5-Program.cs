        var data = new VirtualMachineExtensionData(AzureLocation.WestEurope)
        {
            Publisher = "Microsoft.Azure.KeyVault",
            ExtensionType = "KeyVaultForLinux",
            TypeHandlerVersion = "3.0",
            AutoUpgradeMinorVersion = true,
            Settings = BinaryData.FromObjectAsJson(new
            {
                secretsManagementSettings = new
                {
                    pollingIntervalInS = "3600",
                    requireInitialSync = "true",
                    observedCertificates = new[] { new { url = $"{vaultUri}secrets/{certName}" } }
                },
                authenticationSettings = new
                {
                    msiEndpoint = "http://169.254.169.254/metadata/identity",
                    msiClientId = identity.Data.ClientId.ToString()
                }
            })
        };
        await vm.GetVirtualMachineExtensions().CreateOrUpdateAsync(WaitUntil.Completed, "kv", data);
