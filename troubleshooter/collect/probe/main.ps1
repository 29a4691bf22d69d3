# The order of the questions, which is the order in which a failure is met.

function Test-Certificates {
    $number = 0
    foreach ($one in $run.Certificates.ToArray()) {
        $number += 1
        Start-Question
        if ($number -gt 10) {
            Add-Answer 'vault' 'unknown' $one.Url 'more than ten certificates: the rest was not asked for'
            break
        }
        $parts = Get-UrlParts $one.Url
        if ($null -eq $parts) {
            Add-Answer 'vault' 'unknown' $one.Url 'no URL of a secret that this probe asks for: https://VAULT/secrets/NAME, or /NAME/VERSION, with no port but 443 and nothing behind it'
            continue
        }
        $audience = Get-Audience $parts.Host
        if (-not $audience) {
            Add-Answer 'vault' 'unknown' $one.Url "$($parts.Host) is under no vault suffix of a known cloud: no token is sent there"
            continue
        }
        $client = $one.Client
        if (-not $client) { $client = $run.Client }
        Test-Certificate $parts $audience $client
    }
}

function Test-Certificate([hashtable]$parts, [string]$audience, [string]$client) {
    $name = $parts.Host
    if (-not $run.Hosts.ContainsKey($name)) {
        $way = @{ Reached = 'no'; Why = '' }
        $found = Resolve-Vault $name
        if ($found.Resolved -eq 'yes') { $way = Test-Way $name "$($parts.Path)?api-version=7.4" $found.Addresses }
        $run.Hosts[$name] = $way
    }
    $way = $run.Hosts[$name]
    Get-NamedToken $client $audience
    if ($way.Reached -eq 'yes') { Test-Secret $name $parts.Path }
    else {
        Start-Question
        $why = 'it was not asked'
        if ($way.Why) { $why += ": $($way.Why)" }
        Add-Answer 'vault' 'unknown' "https://$name$($parts.Path)" $why
    }
    $hold.Token = ''
}

function Get-NamedToken([string]$client, [string]$audience) { # told of once for each identity, and asked for again each time
    $key = "$client $audience"
    if (-not $run.Clients.ContainsKey($key)) { $run.Clients[$key] = Request-NamedToken $client $audience }
    elseif ($run.Clients[$key]) { [void](Request-Token $client $audience) }
    else { $hold.Token = '' }
}

function Test-NamedTokenAlone { # no certificate is known: an identity that is named can be asked for all the same
    Start-Question
    Add-Answer 'vault' 'unknown' '' "no certificate is known that could be asked for: $($run.Settings)"
    if ($run.Client) { [void](Request-NamedToken $run.Client 'https://vault.azure.net') }
    $hold.Token = ''
}

function Start-Probe([string]$to) { # writes the answers to the file of this name
    $hold = @{ Token = ''; Value = '' }
    $run = @{
        Watch = [Diagnostics.Stopwatch]::StartNew(); Began = 0; Drive = "$env:SystemDrive\"
        Told = [Collections.Generic.List[string]]::new(); Best = 99; Word = 'well'
        Settings = ''; Client = ''; Certificates = [Collections.Generic.List[hashtable]]::new()
        Users = [Collections.Generic.List[string]]::new(); Stores = [Collections.Generic.List[string]]::new()
        Imds = 'no'; Clients = @{}; Hosts = @{}; SkewImds = $null; SkewVault = $null; Proxied = ''
    }
    Initialize-Run
    $run.Proxied = Get-Proxied
    Read-Settings
    Test-Imds
    Test-Identities
    Test-Certificates
    if ($run.Certificates.Count -eq 0) { Test-NamedTokenAlone }
    Test-Clock
    Test-Disk
    Test-Readers
    Test-Stores
    Test-Unit
    Add-Around
    Start-Question
    Add-Answer 'script' 'note' '' 'of Windows PowerShell 5.1'
    [IO.File]::WriteAllText($to, (Get-AllAnswers), [Text.Encoding]::ASCII)
}

Start-Probe $args[0]
