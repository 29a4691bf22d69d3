# The node itself: its clock, the disk, whom the settings give access, the store, the service, what stands around.

function Get-Skew([hashtable]$reply) { # how far the Date of an answer is from this clock, in seconds
    $date = [DateTime]::MinValue
    $culture = [Globalization.CultureInfo]::InvariantCulture
    $style = [Globalization.DateTimeStyles]'AssumeUniversal, AdjustToUniversal'
    if (-not [DateTime]::TryParseExact((Get-Header $reply 'Date'), 'r', $culture, $style, [ref]$date)) { return $null }
    [long][Math]::Round(($date - [DateTime]::UtcNow).TotalSeconds)
}

function Test-Off([long]$seconds) { # more than five minutes, which no token or certificate forgives
    [Math]::Abs($seconds) -gt 300
}

function Get-Behind([long]$seconds) { # in words
    if ($seconds -ge 0) { return "$seconds seconds behind" }
    "$(-$seconds) seconds ahead of"
}

function Test-Clock {
    Start-Question
    $imds = $run.SkewImds
    $vault = $run.SkewVault
    if ($null -eq $imds -and $null -eq $vault) { Add-Answer 'clock' 'unknown' '' 'no Date of IMDS or a vault was seen' }
    elseif ($null -eq $imds) { Add-OneDate 'the vault' $vault 'IMDS' }
    elseif ($null -eq $vault) { Add-OneDate 'IMDS' $imds 'a vault' }
    else {
        $both = "$(Get-Behind $imds) IMDS and $(Get-Behind $vault) the vault"
        if (Test-Off ($imds - $vault)) { Add-Answer 'clock' 'unknown' '' "IMDS and the vault differ: this clock is $both" }
        elseif ((Test-Off $imds) -and (Test-Off $vault)) { Add-Answer 'clock' 'fail' '' "the clock is wrong: $both" }
        else { Add-Answer 'clock' 'pass' '' $both }
    }
}

function Add-OneDate([string]$whose, [long]$seconds, [string]$other) {
    $off = "$(Get-Behind $seconds) $whose"
    if (Test-Off $seconds) {
        Add-Answer 'clock' 'unknown' '' "$off; no Date of $other was seen, so which of the two is wrong is not known"
    }
    else { Add-Answer 'clock' 'pass' '' "$off, the only one whose Date was seen" }
}

function Test-Disk { # of Windows' own drive: the stores, the keys, the extension and its logs lie there
    Start-Question
    try {
        $drive = [IO.DriveInfo]::new($run.Drive)
        $free = [long][Math]::Floor($drive.TotalFreeSpace / 1024)
        $all = [long][Math]::Floor($drive.TotalSize / 1024)
    }
    catch {
        Add-Answer 'disk' 'unknown' $run.Drive (Get-LastWords $_.Exception)
        return
    }
    if ($free -lt 64) { Add-Answer 'disk' 'fail' $run.Drive "full: $free of $all KiB are free" }
    else { Add-Answer 'disk' 'pass' $run.Drive "$free of $all KiB are free" }
}

function Test-Readers { # whether those whom the settings name are there; whether they may read a key is not asked
    foreach ($user in @($run.Users | Select-Object -Unique)) {
        Start-Question
        try {
            [void][Security.Principal.NTAccount]::new($user).Translate([Security.Principal.SecurityIdentifier])
            Add-Answer 'store' 'note' $user 'there is such an account; whether it may read private keys was not asked'
        }
        catch {
            $missing = Get-Cause $_.Exception ([Security.Principal.IdentityNotMappedException])
            if ($null -eq $missing) { Add-Answer 'store' 'unknown' $user (Get-LastWords $_.Exception) }
            else { Add-Answer 'store' 'fail' $user 'the settings give it access, and there is no such user on this node' }
        }
    }
}

function Get-Store([string]$name) { # what is in a store of the machine: how many, and how many of them with a key
    $flags = [Security.Cryptography.X509Certificates.OpenFlags]'ReadOnly, OpenExistingOnly'
    $store = [Security.Cryptography.X509Certificates.X509Store]::new($name, 'LocalMachine')
    try {
        $store.Open($flags)
        $keyed = @($store.Certificates | Where-Object -FilterScript { $_.HasPrivateKey }).Count
        return "$($store.Certificates.Count) certificates, $keyed of them with a private key"
    }
    finally { $store.Close() }
}

function Test-Stores {
    foreach ($name in @(@($run.Stores.ToArray()) + 'MY' | Select-Object -Unique)) {
        Start-Question
        try { $text = Get-Store $name } catch { $text = Get-LastWords $_.Exception }
        Add-Answer 'store' 'note' "LocalMachine\$name" $text
    }
}

function Test-Unit { # the service by the place of its program: its name is documented nowhere
    foreach ($folder in $own_folder) {
        Start-Question
        $like = '%' + $folder.Split('\')[-2].Replace("'", '') + '%'
        try { $found = @(Get-CimInstance -ClassName Win32_Service -Filter "PathName LIKE '$like'" -OperationTimeoutSec 5 -ErrorAction Stop) }
        catch {
            Add-Answer 'unit' 'unknown' $folder (Get-LastWords $_.Exception)
            continue
        }
        if ($found.Count -eq 0) { Add-Answer 'unit' 'unknown' $folder 'no service has its program there' }
        foreach ($one in $found) {
            $shown = "State=$($one.State) StartMode=$($one.StartMode) ExitCode=$($one.ExitCode) ServiceSpecificExitCode=$($one.ServiceSpecificExitCode)"
            if ($one.State -eq 'Stopped' -and $one.ExitCode -ne 0) { Add-Answer 'unit' 'fail' $one.Name $shown }
            else { Add-Answer 'unit' 'pass' $one.Name $shown }
        }
    }
}

function Get-Proxied { # where the service's own proxy is set, which goes by WinHTTP; nothing where none is
    $place = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections'
    try { $value = [byte[]][Microsoft.Win32.Registry]::GetValue($place, 'WinHttpSettings', $null) } catch { return '' }
    # its form is documented nowhere: it has text in it where a proxy is named, whatever stands around that
    if ($null -ne $value -and [Text.Encoding]::ASCII.GetString($value) -match '[!-~]{4}') { return 'WinHTTP' }
    ''
}

function Add-Around { # for whoever reads it: no finding by itself
    Start-Question
    $agents = Get-ChildItem -Path (Join-Path $run.Drive 'WindowsAzure\GuestAgent_*') -Directory -ErrorAction SilentlyContinue
    $latest = $agents | Sort-Object -Property LastWriteTimeUtc | Select-Object -Last 1
    if ($null -eq $latest) { Add-Answer 'agent' 'note' '' 'no version of the guest agent is to be seen' }
    else { Add-Answer 'agent' 'note' '' ($latest.Name.Split('_')[1]) }
    $policy = [Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Lsa\FipsAlgorithmPolicy', 'Enabled', 0)
    Add-Answer 'fips' 'note' '' ([string][int]$policy)
    Start-Question
    $places = @(foreach ($name in @('HTTPS_PROXY', 'HTTP_PROXY')) {
        if ([Environment]::GetEnvironmentVariable($name, 'Machine')) { $name }
    })
    if ($run.Proxied) { $places += $run.Proxied }
    if ($places) { Add-Answer 'proxy' 'note' '' "a proxy is set in: $($places -join ' ')" }
    else { Add-Answer 'proxy' 'note' '' 'none is set' }
}
